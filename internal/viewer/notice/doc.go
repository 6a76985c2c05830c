// Package notice collects the sentences that tell a reader what a panel can't show as Grafana would.
package notice
