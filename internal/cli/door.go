package cli

import (
	"net"
	"slices"

	"github.com/spf13/cobra"

	"macrowatch/internal/server"
)

// doorFlags say who may look at the viewer.
type doorFlags struct {
	allowedHosts []string
}

func (f *doorFlags) register(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.allowedHosts, "allowed-host", nil, "answer requests for this host `NAME` too, with or without a port, such as desk.example behind a reverse proxy; repeat it or separate with commas")
}

// check says what is wrong with the flags, or nothing.
func (f *doorFlags) check() error {
	for _, host := range f.allowedHosts {
		if err := server.CheckAllowedHost(host); err != nil {
			return usagef("--allowed-host: %v", err)
		}
	}
	return nil
}

// hosts are what the viewer answers to beside the loopback names: those of --allowed-host, and
// the host of --listen as it was given.
func (f *doorFlags) hosts(listen string) []string {
	hosts := slices.Clone(f.allowedHosts)
	if host, _, err := net.SplitHostPort(listen); err == nil && server.CheckAllowedHost(host) == nil {
		hosts = append(hosts, host)
	}
	return hosts
}
