package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/alert/silence"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
	"macrowatch/internal/suggest"
)

func (a *app) tokenCommand() *cobra.Command {
	return group("token", "Make, list or revoke the tokens of programs that write over HTTP",
		"  macrowatch token create airflow --kind pipeline-runs\n  macrowatch token list",
		a.tokenCreateCommand(), a.tokenListCommand(), a.tokenRevokeCommand())
}

// tokenFlags are the flags of token create.
type tokenFlags struct {
	kinds, steps []string
	expires      string
	asJSON       bool
}

func (a *app) tokenCreateCommand() *cobra.Command {
	var db databaseFlags
	var f tokenFlags
	c := &cobra.Command{
		Use:   "create NAME",
		Short: "Make a token and print it, this one time",
		Long: `Makes a token with which a program writes over HTTP (docs/http-intake.md), and prints it on standard
output. The database keeps only the token's SHA-256, so nobody can print the token again. NAME says
what the token is for.

Without --kind the token may write every kind of rows; the kinds are those of macrowatch import. With
--step it may write runs of these steps only, and no other kind of rows. A token may silence alerts
only with --kind silences.`,
		Example: `  macrowatch token create airflow
  macrowatch token create strategies --kind signals,prices --expires 90d
  macrowatch token create fred-cron --step fred`,
		Args: tokenArguments("token create", "a name, such as: macrowatch token create airflow"),
		RunE: func(c *cobra.Command, args []string) error {
			// An empty value, such as that of an unset variable, must not make a token for everything.
			for _, scope := range []struct {
				flag   string
				values []string
			}{{"kind", f.kinds}, {"step", f.steps}} {
				if c.Flags().Changed(scope.flag) && len(scope.values) == 0 {
					return usagef("--%s is empty: leave it out for every %s", scope.flag, scope.flag)
				}
			}
			return a.createToken(c.Context(), db, f, args[0])
		},
	}
	db.register(c)
	a.deskFlag(c)
	c.Flags().StringSliceVar(&f.kinds, "kind", nil, "the `KIND` of rows that the token may write, such as signals; repeat the flag or separate kinds with commas (default: every kind)")
	c.Flags().StringSliceVar(&f.steps, "step", nil, "the `STEP` whose runs the token may write, such as fred; repeat the flag or separate steps with commas (default: every step)")
	c.Flags().StringVar(&f.expires, "expires", "", "the `TIME` at which the token ends to be valid: a day (2027-01-31), a time with its zone, or a span from now (90d, 12h)")
	jsonFlag(c, &f.asJSON)
	completeValue(c, "kind", tokenKinds()...)
	_ = c.RegisterFlagCompletionFunc("step", completeSteps) // it fails only for unknown flags
	return c
}

// tokenKinds are what a token may be for: the kinds of rows, and silences of alerts.
func tokenKinds() []string { return append(intake.Kinds(), silence.TokenKind) }

// tokenArguments checks that a command has its one argument.
func tokenArguments(command, needs string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%s needs %s", command, needs)
		case len(args) > 1:
			return usagef("%s takes one argument: %q is one too many", command, args[1])
		}
		return nil
	}
}

// wanted reads the flags of token create.
func (f tokenFlags) wanted(rules desk.Rules, name string, now time.Time) (store.Token, error) {
	t := store.Token{Name: name, CreatedAt: now}
	if problem := desk.NameProblem(name); problem != "" || name == "" {
		return t, usagef("the name %q of the token %s", name, orElse(problem, "is empty"))
	}
	for _, kind := range f.kinds {
		if !slices.Contains(tokenKinds(), kind) {
			return t, usagef("--kind %q is not a kind of rows%s (kinds: %s)", kind, suggest.Hint(kind, tokenKinds()), strings.Join(tokenKinds(), ", "))
		}
	}
	for _, step := range f.steps {
		if err := desk.ValidateStep(step); err != nil {
			return t, usagef("--step %q: %v", step, err)
		}
	}
	const runs = "pipeline-runs"
	if t.Kinds = sortedSet(f.kinds); len(f.steps) > 0 {
		if t.Kinds != nil && !slices.Equal(t.Kinds, []string{runs}) {
			return t, usagef("--step is for runs of pipeline steps: give it alone or with --kind %s", runs)
		}
		t.Kinds, t.Steps = []string{runs}, sortedSet(f.steps)
	}
	var err error
	t.ExpiresAt, err = expiry(rules, f.expires, now)
	return t, err
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// sortedSet returns the texts in order, each once. It returns nil if there are none.
func sortedSet(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}

// expiry reads --expires. It returns the zero time without the flag. A day means the end of that day in the desk's zone.
func expiry(rules desk.Rules, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, text, rules.Location())
	if err == nil {
		at = at.AddDate(0, 0, 1)
	} else if at, err = time.Parse(time.RFC3339, text); err != nil {
		var days int
		span, spanErr := time.ParseDuration(text)
		if n, _ := fmt.Sscanf(text, "%dd", &days); n == 1 && text == fmt.Sprintf("%dd", days) {
			span, spanErr = time.Duration(days)*24*time.Hour, nil
		}
		if spanErr != nil {
			return time.Time{}, usagef("--expires %q is not a time: give a day (2027-01-31), a time with its zone (2027-01-31T18:00:00-03:00) or a span (90d, 12h)", text)
		}
		at = now.Add(span)
	}
	if !at.After(now) {
		return time.Time{}, usagef("--expires %q is not in the future", text)
	}
	return at.UTC().Truncate(time.Microsecond), nil
}

func (a *app) createToken(ctx context.Context, f databaseFlags, flags tokenFlags, name string) error {
	wanted, err := flags.wanted(a.rules(), name, a.Now())
	if err != nil {
		return err
	}
	db, err := a.openMigrated(ctx, f)
	if err != nil {
		return err
	}
	defer db.Close()
	text, err := token.New(rand.Reader)
	if err != nil {
		return err
	}
	digest, _ := token.DigestOf(text)
	made, err := db.TokenCreate(ctx, digest, wanted)
	if err != nil {
		return err
	}
	if flags.asJSON {
		err = printJSON(a.Out, createdTokenJSON{text, tokenJSONOf(made, a.Now())})
	} else {
		_, err = fmt.Fprintln(a.Out, text)
	}
	if err != nil { // nobody has the token, and nobody should keep a name that it took
		_, again := db.TokenRevoke(ctx, made.ID, a.Now())
		return errors.Join(fmt.Errorf("the token could not be printed, so it is revoked: %w", err), again)
	}
	if flags.asJSON {
		return nil
	}
	fmt.Fprintf(a.Err, "This is the token %s (%s), for %s. Nobody can print it again: keep it where the program finds it.\n", made.ID, made.Name, scopeText(made))
	return nil
}

// scopeText says what a token is for.
func scopeText(t store.Token) string {
	switch {
	case t.Steps != nil:
		return "runs of " + strings.Join(t.Steps, ", ")
	case t.Kinds != nil:
		return strings.Join(t.Kinds, ", ")
	}
	return "every kind of rows"
}

func (a *app) tokenListCommand() *cobra.Command {
	var db databaseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the tokens, what each is for, and when it was last used",
		Long: `Lists the tokens of the database, also those that are no longer valid: the ID, the name, what the
token may write, its state, and when it was last used. The last use is written at most once a minute.`,
		Example: "  macrowatch token list\n  macrowatch token list --json",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return a.listTokens(c.Context(), db, asJSON) },
	}
	db.register(c)
	jsonFlag(c, &asJSON)
	return c
}

func (a *app) listTokens(ctx context.Context, f databaseFlags, asJSON bool) error {
	db, err := a.openMigrated(ctx, f)
	if err != nil {
		return err
	}
	defer db.Close()
	tokens, err := db.TokenList(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		list := tokensJSON{Tokens: []tokenJSON{}}
		for _, t := range tokens {
			list.Tokens = append(list.Tokens, tokenJSONOf(t, a.Now()))
		}
		return printJSON(a.Out, list)
	}
	if len(tokens) == 0 {
		fmt.Fprintln(a.Out, "There are no tokens. macrowatch token create makes one.")
		return nil
	}
	table := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tMAY WRITE\tSTATE\tLAST USED")
	for _, t := range tokens {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, scopeText(t), stateText(t, a.Now()), timeOrNever(t.LastUsedAt))
	}
	return table.Flush()
}

func stateText(t store.Token, now time.Time) string {
	switch state := t.State(now); {
	case state == store.TokenRevoked:
		return "revoked " + timeOrNever(t.RevokedAt)
	case state == store.TokenExpired:
		return "expired " + timeOrNever(t.ExpiresAt)
	case !t.ExpiresAt.IsZero():
		return "valid until " + timeOrNever(t.ExpiresAt)
	default:
		return string(state)
	}
}

func timeOrNever(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

func (a *app) tokenRevokeCommand() *cobra.Command {
	var db databaseFlags
	c := &cobra.Command{
		Use:   "revoke NAME|ID",
		Short: "Make a token invalid for good",
		Long: `Makes a token invalid for good. It is named by its name or its ID, which token list shows. The next
request with the token is refused. The token stays in the list as revoked, and its name is free again.`,
		Example: "  macrowatch token revoke airflow\n  macrowatch token revoke 3f9c2a7be104",
		Args:    tokenArguments("token revoke", "the name or the ID of a token (macrowatch token list shows both)"),
		RunE:    func(c *cobra.Command, args []string) error { return a.revokeToken(c.Context(), db, args[0]) },
	}
	db.register(c)
	return c
}

func (a *app) revokeToken(ctx context.Context, f databaseFlags, name string) error {
	db, err := a.openMigrated(ctx, f)
	if err != nil {
		return err
	}
	defer db.Close()
	revoked, err := db.TokenRevoke(ctx, name, a.Now())
	if errors.Is(err, store.ErrNoToken) {
		return fmt.Errorf("there is no token %q: nothing was revoked (macrowatch token list shows the tokens)", name)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "The token %s (%s) is revoked.\n", revoked.ID, revoked.Name)
	return nil
}
