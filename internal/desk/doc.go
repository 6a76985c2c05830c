// Package desk holds the nouns of a macro trading desk as macrowatch records them: runs of pipeline
// steps, signals, positions, risk, instruments and prices. It also holds the rules that each of them
// must keep, whatever its source. The package imports no other package of ours, opens no file or
// connection, and reads no clock.
package desk
