// Package deliver sends messages about alerts: to services through shoutrrr, and to Prometheus's Alertmanager.
//
//   - message.go: the text of a message
//   - service.go: e-mail, chats, webhooks and what else shoutrrr knows
//   - alertmanager.go: Alertmanager's API, version 2
//   - courier.go: sends what waits, and tries again what fails
package deliver
