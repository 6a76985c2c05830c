// Package desk holds the nouns of a macro trading desk as macrowatch records them: runs of pipeline
// steps, signals, positions, risk, instruments and prices. It also holds two kinds of rules:
//
//   - the rules that every row must keep, whatever its source, such as [Run.Validate]
//   - the rules of one desk ([Rules]): its zone, its closing hour, its connectors and its asset classes
//
// The package imports no other package of ours, opens no file or connection, and reads no clock.
package desk
