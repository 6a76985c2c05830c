package oidc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// person reads who the person is from the ID token. Claims that the token lacks come from the provider's user
// information, since some providers send groups only there.
func (c *Client) person(ctx context.Context, provider *oidc.Provider, token *oauth2.Token, id *oidc.IDToken) (Person, error) {
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return Person{}, fmt.Errorf("read the ID token: %w", err)
	}
	_, hasUser := claims[c.opts.UserClaim]
	_, hasGroups := claims[c.opts.GroupsClaim]
	if (!hasUser || !hasGroups) && provider.UserInfoEndpoint() != "" {
		more, err := c.userInformation(ctx, provider, token, id.Subject)
		if err != nil {
			return Person{}, err
		}
		for name, value := range more {
			if _, has := claims[name]; !has {
				claims[name] = value
			}
		}
	}
	user, _ := claims[c.opts.UserClaim].(string)
	if user = strings.TrimSpace(user); user == "" || len(user) > longestName {
		return Person{}, fmt.Errorf("the provider does not name the person in the claim %q", c.opts.UserClaim)
	}
	if verified, ok := claims["email_verified"].(bool); c.opts.UserClaim == "email" && ok && !verified {
		return Person{}, refused("The provider has not verified your email address, which is your name here.")
	}
	return Person{User: user, Groups: groupsOf(claims[c.opts.GroupsClaim])}, nil
}

const longestName = 256

func (c *Client) userInformation(ctx context.Context, provider *oidc.Provider, token *oauth2.Token, subject string) (map[string]any, error) {
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, fmt.Errorf("ask the provider for the person's information: %w", err)
	}
	if info.Subject != subject {
		return nil, errors.New("the provider's information is about another person than its ID token")
	}
	var claims map[string]any
	if err := info.Claims(&claims); err != nil {
		return nil, fmt.Errorf("read the person's information: %w", err)
	}
	return claims, nil
}

// groupsOf reads the value of a claim of groups: a list of names, or one name.
func groupsOf(value any) (groups []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, v := range value {
			if name, ok := v.(string); ok {
				groups = append(groups, name)
			}
		}
	}
	return groups
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
