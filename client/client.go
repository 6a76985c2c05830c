package client

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config is what a Client needs. URL and Token must be set.
type Config struct {
	// URL is the server's address, such as https://macrowatch.example.com.
	URL string
	// Token is what macrowatch token create prints.
	Token string
	// SpoolDir is where requests are kept while the server is away; "" keeps none.
	SpoolDir string
	// Patience is for how long one call sends a request again; 0 means 10 seconds. Each request is sent at least once. The
	// context may end a call earlier.
	Patience time.Duration
	// HTTP sends the requests; nil means a client that waits 30 seconds for an answer. Redirects are never followed: the
	// token would go to another server.
	HTTP *http.Client
}

// FromEnvironment returns the configuration that MACROWATCH_URL, MACROWATCH_TOKEN and MACROWATCH_CLIENT_SPOOL_DIR hold.
func FromEnvironment() Config {
	return Config{URL: os.Getenv("MACROWATCH_URL"), Token: os.Getenv("MACROWATCH_TOKEN"), SpoolDir: os.Getenv("MACROWATCH_CLIENT_SPOOL_DIR")}
}

// Client sends rows and runs to one server. Any number of goroutines may use it at once. Make one with New.
type Client struct {
	url, token string
	patience   time.Duration
	http       *http.Client
	spool      *spool // nil if nothing is kept
}

const (
	defaultPatience = 10 * time.Second
	answerTime      = 30 * time.Second
)

// New makes a client. It neither connects nor writes anything.
func New(cfg Config) (*Client, error) {
	address := strings.TrimRight(cfg.URL, "/")
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the URL of macrowatch must be like https://macrowatch.example.com")
	}
	if cfg.Token == "" || strings.ContainsFunc(cfg.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("macrowatch needs a token, as macrowatch token create prints it")
	}
	c := &Client{url: address, token: cfg.Token, patience: cfg.Patience}
	if c.patience == 0 {
		c.patience = defaultPatience
	}
	sender := http.Client{Timeout: answerTime}
	if cfg.HTTP != nil {
		sender = *cfg.HTTP
	}
	sender.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &sender
	if cfg.SpoolDir != "" {
		c.spool = newSpool(cfg.SpoolDir, address)
	}
	return c, nil
}

// String returns the server's address, and never the token.
func (c *Client) String() string { return c.url }

// GoString returns what String returns, so that %#v does not print the token either.
func (c *Client) GoString() string { return c.url }
