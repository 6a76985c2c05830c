// Package alertfile reads how a desk wants its alerts: from a file of its own, or from the section alerts of a desk file. It
// takes the text or its parsed nodes, and opens nothing. It reports every fault with its line and column and with what is
// allowed.
//
//	rules:
//	  step_late: {grace: 10m, severity: critical}
//	  limit_warning: {threshold: 75, repeat: never}
//	  backtest_yellow: off
//	targets:
//	  chat: {service_file: /etc/macrowatch/slack-address}
//	  phone: {service_env: PHONE_ADDRESS}
//	  alertmanager: {alertmanager: http://localhost:9093}
//	routes:
//	  - {to: alertmanager}
//	  - {to: [chat, phone], severity: critical}
//	  - {to: chat, group: [risk, book], owner: ana}
//
// A rule that is not named keeps its default, and so does each setting.
package alertfile
