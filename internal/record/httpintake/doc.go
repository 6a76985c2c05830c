// Package httpintake takes rows and runs over HTTP, for programs that have a token.
//
// Intake is the http.Handler for everything below /api/v1/. Each call is an Operation. The package does for every
// operation what is the same for all:
//
//  1. it finds the operation, and checks the token and what the token is for;
//  2. it reads the body within limits, and refuses it with 429 while too many others are being read or written;
//  3. it runs the operation in one transaction of the database, and keeps the answer in the same transaction if the
//     request has an Idempotency-Key;
//  4. it answers after the commit, never before.
//
// The files:
//
//   - intake.go: the configuration and the way of a request; operation.go: what an operation is
//   - auth.go: the token; body.go, unpack.go: the body; room.go: how much is taken at once; once.go: the transaction
//   - rows.go: the operations for rows; runs.go, ping.go: those for one run; lineage.go: those for
//     events of OpenLineage
//   - openapi.go, rowtypes.go: the API's description
//   - refusal.go: answers that refuse; metrics.go: what is counted
package httpintake
