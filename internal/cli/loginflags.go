package cli

import (
	"context"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/viewer/access"
	"macrowatch/internal/viewer/access/oidc"
	"macrowatch/internal/viewer/access/passwords"
	"macrowatch/internal/viewer/access/proxy"
	"macrowatch/internal/viewer/server"
)

// loginFlags say how people log in to the viewer, and what they may do.
type loginFlags struct {
	usersFile string

	oidcIssuer, oidcClientID, oidcSecretFile string
	oidcScopes                               []string
	oidcUserClaim, oidcGroupsClaim           string

	proxyUser, proxyGroups string
	proxyAddresses         []string

	viewerGroups, operatorGroups []string
	defaultRole                  string

	publicURL      string
	idle, lifetime time.Duration

	proxies access.Proxies // what proxyAddresses mean, once they have been checked
	public  *url.URL       // what publicURL means
}

func (f *loginFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.usersFile, "users-file", "", "let the users of this `FILE` log in with their passwords (macrowatch user add makes it)")
	flags.StringVar(&f.oidcIssuer, "oidc-issuer", "", "let people log in with the OpenID Connect provider at this `URL`")
	flags.StringVar(&f.oidcClientID, "oidc-client-id", "", "the `ID` under which the provider knows macrowatch")
	flags.StringVar(&f.oidcSecretFile, "oidc-client-secret-file", "", "`FILE` with the secret that the provider gave macrowatch; a public client has none")
	flags.StringSliceVar(&f.oidcScopes, "oidc-scope", []string{"profile", "email"}, "`SCOPE` to ask the provider for beside openid; repeat the flag or separate scopes with commas")
	flags.StringVar(&f.oidcUserClaim, "oidc-user-claim", "preferred_username", "the `CLAIM` with a person's name")
	flags.StringVar(&f.oidcGroupsClaim, "oidc-groups-claim", "groups", "the `CLAIM` with a person's groups")
	flags.StringVar(&f.proxyUser, "proxy-user-header", "", "the `HEADER` in which a reverse proxy names the person that it has logged in, such as X-Forwarded-User; needs --proxy-address")
	flags.StringVar(&f.proxyGroups, "proxy-groups-header", "", "the `HEADER` in which the proxy names the person's groups, with commas between them")
	flags.StringSliceVar(&f.proxyAddresses, "proxy-address", nil, "the `ADDRESS` of a reverse proxy, or a network such as 10.0.0.0/28; only from there do the proxy's headers count, X-Forwarded-For and X-Forwarded-Proto too; repeat the flag or separate addresses with commas")
	flags.StringSliceVar(&f.viewerGroups, "viewer-group", nil, "the members of this `GROUP` may look; repeat the flag or separate groups with commas")
	flags.StringSliceVar(&f.operatorGroups, "operator-group", nil, "the members of this `GROUP` may look and operate; repeat the flag or separate groups with commas")
	flags.StringVar(&f.defaultRole, "default-role", "", "the `ROLE` of people in none of these groups: none, viewer or operator (default: none; viewer with --proxy-user-header if no group is named)")
	flags.StringVar(&f.publicURL, "public-url", "", "the `URL` at which browsers reach the page, if a proxy hides it from macrowatch, such as https://desk.example")
	flags.DurationVar(&f.idle, "session-idle", 12*time.Hour, "a login ends if it is not used for this `TIME`")
	flags.DurationVar(&f.lifetime, "session-lifetime", 7*24*time.Hour, "a login ends after this `TIME` in any case")
}

// given reports whether people must log in.
func (f *loginFlags) given() bool {
	return f.usersFile != "" || f.oidcIssuer != "" || f.proxyUser != ""
}

// keepsSessions reports whether logins last in the database. A proxy instead says with each request who sent it.
func (f *loginFlags) keepsSessions() bool { return f.usersFile != "" || f.oidcIssuer != "" }

// shortestIdle is the shortest time for --session-idle, since the use of a session is noted to the minute.
const shortestIdle = 5 * time.Minute

// check refuses wrong values, and values that do not fit together.
func (f *loginFlags) check(basePath string) error {
	ways := 0
	for _, way := range []string{f.usersFile, f.oidcIssuer, f.proxyUser} {
		if way != "" {
			ways++
		}
	}
	switch {
	case ways > 1:
		return usagef("--users-file, --oidc-issuer and --proxy-user-header exclude each other: give one way to log in")
	case (f.oidcIssuer == "") != (f.oidcClientID == ""):
		return usagef("--oidc-issuer and --oidc-client-id belong together: give both")
	case f.oidcSecretFile != "" && f.oidcIssuer == "":
		return usagef("--oidc-client-secret-file needs --oidc-issuer and --oidc-client-id")
	case f.proxyGroups != "" && f.proxyUser == "":
		return usagef("--proxy-groups-header needs --proxy-user-header")
	case f.proxyUser != "" && len(f.proxyAddresses) == 0:
		return usagef("--proxy-user-header needs --proxy-address: without the proxy's address anybody could send the header")
	case f.idle < shortestIdle || f.lifetime < f.idle:
		return usagef("--session-idle must be %d minutes or more, and --session-lifetime not shorter than it", int(shortestIdle.Minutes()))
	}
	for _, check := range []func() error{f.checkRoles, f.checkProxies, func() error { return f.checkPublicURL(basePath) }} {
		if err := check(); err != nil {
			return err
		}
	}
	if f.oidcIssuer != "" {
		if err := oidc.CheckIssuer(f.oidcIssuer); err != nil {
			return usagef("--oidc-issuer: %v", err)
		}
	}
	return nil
}

func (f *loginFlags) checkRoles() error {
	if f.defaultRole != "" && f.defaultRole != "none" {
		if _, err := access.ParseRole(f.defaultRole); err != nil {
			return usagef("--default-role: %v, or none", err)
		}
	}
	mapped := len(f.viewerGroups)+len(f.operatorGroups) > 0
	switch {
	case mapped && f.oidcIssuer == "" && f.proxyGroups == "":
		return usagef("--viewer-group and --operator-group need groups, which come from --oidc-issuer or --proxy-groups-header")
	case f.defaultRole != "" && f.oidcIssuer == "" && f.proxyUser == "":
		return usagef("--default-role is for people whom --oidc-issuer or --proxy-user-header names; the users of a file have roles there")
	case f.oidcIssuer != "" && !mapped && (f.defaultRole == "" || f.defaultRole == "none"):
		return usagef("with --oidc-issuer say who may look: give --viewer-group or --operator-group, or --default-role viewer if everybody whom the provider knows may")
	}
	return nil
}

func (f *loginFlags) checkProxies() error {
	f.proxies = nil
	for _, text := range f.proxyAddresses {
		prefix, err := netip.ParsePrefix(text)
		if ip, notPrefix := netip.ParseAddr(text); notPrefix == nil {
			ip = ip.Unmap()
			prefix, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil || prefix.Addr().Zone() != "" {
			return usagef("--proxy-address %q is not an IP address or a network, such as 10.0.0.2 or 10.0.0.0/28", text)
		}
		if prefix.Bits() == 0 {
			return usagef("--proxy-address %s means every address: anybody could say who they are", text)
		}
		f.proxies = append(f.proxies, prefix.Masked())
	}
	for name, header := range map[string]string{"proxy-user-header": f.proxyUser, "proxy-groups-header": f.proxyGroups} {
		if header == "" {
			continue
		}
		if err := proxy.CheckHeader(header); err != nil {
			return usagef("--%s: %v", name, err)
		}
	}
	return nil
}

func (f *loginFlags) checkPublicURL(basePath string) error {
	f.public = nil
	if f.publicURL == "" {
		return nil
	}
	u, err := url.Parse(f.publicURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || server.CheckAllowedHost(u.Host) != nil {
		return usagef("--public-url %q is not the URL of a page, such as https://desk.example", f.publicURL)
	}
	if strings.TrimRight(u.Path, "/") != strings.TrimRight(basePath, "/") {
		return usagef("--public-url %s does not end with the path of --base-path: give %s://%s%s", f.publicURL, u.Scheme, u.Host, strings.TrimRight(basePath, "/"))
	}
	f.public = u
	return nil
}

// roles returns what groups mean.
func (f *loginFlags) roles() access.RoleRules {
	rules := access.RoleRules{ViewerGroups: f.viewerGroups, OperatorGroups: f.operatorGroups}
	switch {
	case f.defaultRole == "none":
	case f.defaultRole != "":
		rules.Default = access.Role(f.defaultRole)
	case f.proxyUser != "" && len(f.viewerGroups)+len(f.operatorGroups) == 0:
		rules.Default = access.Viewer // the proxy has decided who may look
	}
	return rules
}

// secret returns the content of the file with the provider's secret, without the line's end.
func (f *loginFlags) secret() (string, error) {
	if f.oidcSecretFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(f.oidcSecretFile)
	if err != nil {
		return "", err
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", usagef("--oidc-client-secret-file: %s is empty", f.oidcSecretFile)
	}
	return secret, nil
}

// logins makes what the server needs to let people in, except the sessions. It returns nil if nobody has to log in.
func (a *app) logins(ctx context.Context, f *loginFlags) (*server.Login, error) {
	if !f.given() {
		return nil, nil
	}
	l := &server.Login{Roles: f.roles(), Proxies: f.proxies, PublicURL: f.public}
	var err error
	switch {
	case f.usersFile != "":
		if l.Passwords, err = passwords.NewChecker(f.usersFile, a.log, a.Now); err != nil {
			return nil, usagef("--users-file: %v", err)
		}
		if l.Passwords.Users() == 0 {
			a.warn("nobody can log in, because " + f.usersFile + " has no users; macrowatch user add adds one")
		}
	case f.oidcIssuer != "":
		secret, err := f.secret()
		if err != nil {
			return nil, err
		}
		l.OIDC = oidc.New(oidc.Options{
			Issuer: f.oidcIssuer, ClientID: f.oidcClientID, ClientSecret: secret, Scopes: f.oidcScopes, UserClaim: f.oidcUserClaim, GroupsClaim: f.oidcGroupsClaim,
		})
		if err := l.OIDC.Discover(ctx); err != nil {
			a.warn("nobody can log in until the OpenID Connect provider answers: " + err.Error())
		}
	default:
		l.Proxy = &proxy.Headers{User: f.proxyUser, Groups: f.proxyGroups, From: f.proxies}
	}
	return l, nil
}
