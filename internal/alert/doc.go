// Package alert decides what is out of order at the desk, and who is told. It has the rules, the states of alerts and the
// texts; it sends nothing and has no database.
//
//   - rule.go: the rules with their defaults; config.go: what a desk changes, and where alerts go
//   - observe.go: what the rules look at; steps.go, figures.go, machine.go: what each of them finds
//   - evaluate.go: how alerts begin, fire, repeat and end
//   - evaluator.go: a round; away.go: the alert that the database can't keep, since it is away
package alert
