package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// defaultListen is the viewer's default address. Only this machine reaches it. In the compose stack Grafana has this
// port, and the viewer has 3003.
const defaultListen = "127.0.0.1:3002"

// listen listens on the address of a flag, or returns an error that says in a sentence why it can't. It refuses an
// address that other machines may reach, unless exposed says that this is wanted.
func listen(flag, address string, exposed bool) (net.Listener, error) {
	if err := hostAndPort(flag, address); err != nil {
		return nil, err
	}
	// The name is looked up only once, so that the address that is checked is also the one that is listened on.
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, listenError(flag, address, err)
	}
	if !exposed && !resolved.IP.IsLoopback() {
		return nil, usagef("--%s %s is an address that other machines may reach, and there is no login: everybody who reaches it would see the book. Let people log in (--users-file, --oidc-issuer or --proxy-user-header), or listen on a loopback address, such as --listen %s, or add --insecure-no-login if everybody there may look",
			flag, address, net.JoinHostPort("127.0.0.1", strconv.Itoa(resolved.Port)))
	}
	l, err := net.ListenTCP("tcp", resolved)
	if err != nil {
		return nil, listenError(flag, address, err)
	}
	return l, nil
}

// listenApart is listen for an address whose port may be 0, which lets the system choose one. The system does not know
// which ports are meant for something else that has yet to start, so listenApart asks it again if it chose one of these.
func listenApart(flag, address string, exposed bool, meant ...int) (net.Listener, error) {
	l, err := listen(flag, address, exposed)
	if err != nil || portOf(address) != 0 || !slices.Contains(meant, portOf(l.Addr().String())) {
		return l, err
	}
	defer l.Close() // after the next attempt, so that the system chooses another port
	return listenApart(flag, address, exposed, meant...)
}

// portOf returns the port of HOST:PORT, or 0 if it has none that is a number.
func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port)
	return n
}

// hostAndPort returns an error if the address of a flag is not a host with a port.
func hostAndPort(flag, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return usagef("--%s %q is not HOST:PORT, such as %s", flag, address, defaultListen)
	}
	return nil
}

// listenError turns an error of the network into a sentence that says what to do.
func listenError(flag, address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s is in use by another program; choose another address with --%s HOST:PORT", address, flag)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("this user may not listen on %s; choose a port above 1023 with --%s HOST:PORT", address, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is not an address of this machine; choose another address with --%s HOST:PORT", address, flag)
	}
	var dns *net.DNSError
	var addr *net.AddrError
	if errors.As(err, &dns) || errors.As(err, &addr) {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return usagef("--%s %q: %v", flag, address, err)
	}
	return fmt.Errorf("listen on %s: %w", address, err)
}

// pageURL returns the URL at which a person on this machine opens the page.
func pageURL(l net.Listener, scheme, basePath string) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return l.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}
	if base := strings.TrimRight(basePath, "/"); base != "" {
		u.Path = base + "/"
	}
	return u.String()
}

// openBrowser opens the page in a browser if there is a screen. It reports no error, because the page's address has been
// printed already.
func openBrowser(ctx context.Context, address string) {
	var name string
	switch {
	case runtime.GOOS == "darwin":
		name = "open"
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		name = "xdg-open"
	default:
		return
	}
	c := exec.CommandContext(context.WithoutCancel(ctx), name, address)
	if c.Start() == nil {
		go func() { _ = c.Wait() }()
	}
}
