package deliver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nicholas-fedor/shoutrrr"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/teams"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// service sends messages to a service that shoutrrr knows.
type service struct {
	address string        // a secret
	idle    chan struct{} // holds a value while no attempt is under way
}

func newService(address string) *service {
	s := &service{address: address, idle: make(chan struct{}, 1)}
	s.idle <- struct{}{}
	return s
}

// webhook is the scheme of a plain webhook.
const webhook = "generic"

// CheckService returns what is wrong with the address of a service, without the address; nil if nothing is.
func CheckService(address string) error {
	_, err := newService(address).sender(address)
	return err
}

// Schemes returns the schemes of the addresses that services may have.
func Schemes() []string {
	router, err := shoutrrr.CreateSenderWithOptions(types.SenderOptions{})
	if err != nil {
		return nil
	}
	schemes := router.ListServices()
	slices.Sort(schemes)
	return schemes
}

// sender returns what sends to an address.
func (s *service) sender(address string) (types.Service, error) {
	scheme, _, found := strings.Cut(address, "://")
	scheme, _, _ = strings.Cut(scheme, "+")
	if !found || !slices.Contains(Schemes(), strings.ToLower(scheme)) {
		return nil, fmt.Errorf("it does not begin with the name of a service, such as slack://, smtp:// or generic+https://")
	}
	router, err := shoutrrr.CreateSenderWithOptions(types.SenderOptions{})
	if err != nil {
		return nil, err
	}
	to, err := router.Locate(address)
	if err != nil {
		return nil, fmt.Errorf("it is not an address of %s: %s", scheme, s.withoutSecrets(innermost(err).Error()))
	}
	if to.GetID() == teamsService {
		if err := checkTeams(address); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// teamsService is the service of Microsoft Teams.
const teamsService = "teams"

// checkTeams returns why an address of Teams can't take messages. shoutrrr finds that out only when it sends.
func checkTeams(address string) error {
	const use = "make a workflow with the trigger \"When a Teams webhook request is received\", and give its address as teams://?host=ADDRESS, percent-encoded"
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("it is not an address of teams")
	}
	host := u.Query().Get("host")
	switch {
	case strings.Contains(host, "webhook.office.com"):
		return errors.New("the incoming webhooks of Teams (webhook.office.com) take no messages any more: " + use)
	case teams.ValidateWebhookURL(host) != nil:
		return errors.New("its host is not the address of a workflow of Power Automate: " + use)
	}
	return nil
}

// innermost is the error that an error began with. What shoutrrr wraps around it has the address.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// errBusy says that the attempt before has not ended, although its time is over.
var errBusy = errors.New("the attempt before has not ended yet")

// send sends a message. shoutrrr can't be interrupted: if ctx ends first, its attempt goes on, and until it has ended no
// other one begins.
func (s *service) send(ctx context.Context, m content) error {
	address, err := s.addressFor(m)
	if err != nil {
		return err
	}
	to, err := s.sender(address)
	if err != nil {
		return err
	}
	text, params := m.textFor(to.GetID()), types.Params{}
	switch {
	case to.GetID() == webhook:
		params = m.fields()
	case slices.Contains(titled(), to.GetID()):
		params.SetTitle(m.Title())
	default:
		text = m.Title() + "\n" + text
	}
	text = fitted(text, to.GetID())
	select {
	case <-s.idle:
	default:
		return errBusy
	}
	ended := make(chan error, 1)
	go func() {
		defer func() { s.idle <- struct{}{} }()
		ended <- recovered(func() error { return to.Send(text, &params) })
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = errors.New("no answer in time")
	}
	if err != nil {
		return errors.New(s.withoutSecrets(err.Error()))
	}
	return nil
}

// fitted is a text without what a service has no room for. Such a message would be refused, and so never arrive.
func fitted(text, service string) string {
	longest := map[string]int{"telegram": 4096, "lark": 4096, "wecom": 2048, "zulip": 10_000, "pushover": 1024}[service] // in bytes
	if longest == 0 || len(text) <= longest {
		return text
	}
	const more = "…"
	end := longest - len(more)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}

// recovered turns a panic of a library into an error.
func recovered(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the service's code failed: %v", v)
		}
	}()
	return do()
}

// addressFor is the service's address for a message. A plain webhook gets JSON unless its address says otherwise, and
// the message's ID in a header, so that it can tell a message that comes twice.
func (s *service) addressFor(m content) (string, error) {
	scheme, _, _ := strings.Cut(s.address, ":")
	if scheme, _, _ = strings.Cut(scheme, "+"); strings.ToLower(scheme) != webhook {
		return s.address, nil
	}
	address, err := url.Parse(s.address)
	if err != nil {
		return "", errors.New("its address is not a URL")
	}
	query := address.Query()
	if !query.Has("template") {
		query.Set("template", "json")
	}
	query.Set("@Idempotency-Key", m.id())
	address.RawQuery = query.Encode()
	return address.String(), nil
}

// content is what a service is sent.
type content interface {
	id() string // of the message
	Title() string
	textFor(service string) string
	fields() map[string]string // for a program
}

// titled are the services that show a title beside the text: the subject of a mail, the head of a notice on a phone.
func titled() []string {
	return []string{"smtp", teamsService, "ntfy", "gotify", "pushover", "pushbullet", "bark", "join"}
}

// withoutSecrets masks in a text what is secret in the service's address.
func (s *service) withoutSecrets(text string) string { return masked(text, s.address) }
