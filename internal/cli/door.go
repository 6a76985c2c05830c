package cli

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"macrowatch/internal/viewer/server"
)

// doorFlags are the flags that say who may look at the viewer.
type doorFlags struct {
	insecureNoLogin bool
	publishedOn     string
	allowedHosts    []string
}

func (f *doorFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.insecureNoLogin, "insecure-no-login", false, "listen on an address that other machines may reach, although there is no login; every page says so in red")
	c.Flags().StringVar(&f.publishedOn, "published-on", "", "in a container: the `ADDRESS` of the host on which the container's port is published, such as 127.0.0.1; the page then says who can reach it")
	c.Flags().StringSliceVar(&f.allowedHosts, "allowed-host", nil, "also answer requests for this host `NAME`, with or without a port, such as desk.example behind a reverse proxy; repeat the flag or separate names with commas")
}

// check refuses wrong values.
func (f *doorFlags) check() error {
	for _, host := range f.allowedHosts {
		if err := server.CheckAllowedHost(host); err != nil {
			return usagef("--allowed-host: %v", err)
		}
	}
	if f.publishedOn != "" && !f.published().IsValid() {
		return usagef("--published-on %q is not an IP address, such as 127.0.0.1", f.publishedOn)
	}
	return nil
}

// published returns the address of --published-on. Without the flag it returns the zero netip.Addr, which is not valid.
func (f *doorFlags) published() netip.Addr {
	text := strings.TrimSuffix(strings.TrimPrefix(f.publishedOn, "["), "]") // Docker writes IPv6 in brackets
	ip, _ := netip.ParseAddr(text)
	return ip.Unmap()
}

// hosts returns the names that the viewer answers to, beside the loopback names: the names of --allowed-host, the
// host of --listen as it was given, and the address of --published-on.
func (f *doorFlags) hosts(listen string) []string {
	hosts := slices.Clone(f.allowedHosts)
	if host, _, err := net.SplitHostPort(listen); err == nil && server.CheckAllowedHost(host) == nil {
		hosts = append(hosts, host)
	}
	if ip := f.published(); ip.IsValid() && !ip.IsUnspecified() {
		hosts = append(hosts, ip.String())
	}
	return hosts
}

func (f *doorFlags) door() server.Door {
	switch {
	case !f.insecureNoLogin:
		return server.DoorLoopback
	case f.published().IsLoopback():
		return server.DoorPublished
	}
	return server.DoorOpen
}

// warn prints on standard error who may look at the page. It is called before the page can be opened.
func (f *doorFlags) warn(w io.Writer, listen string, l net.Listener) {
	host, _, _ := net.SplitHostPort(listen)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	switch f.door() {
	case server.DoorOpen:
		fmt.Fprintf(w, "macrowatch: warning: no login: everybody who reaches %s sees the book (--insecure-no-login)\n", net.JoinHostPort(host, port))
	case server.DoorPublished:
		fmt.Fprintf(w, "macrowatch: no login: everybody who uses this machine sees the book; --published-on says that other machines do not reach it, since the port is published on %s\n", f.published())
	}
}
