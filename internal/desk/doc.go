// Package desk holds the nouns of a macro trading desk as macrowatch records them: runs of
// pipeline steps, signals, positions, risk, instruments, prices, and the rules that any of them must keep wherever it comes
// from. It imports nothing else of ours, opens no file or connection and reads no clock.
package desk
