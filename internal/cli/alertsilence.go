package cli

import (
	"context"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
)

// longestSilence is for how long alerts may be silent at once. What is forgotten for longer is not silenced but switched off.
const longestSilence = 90 * 24 * time.Hour

func (a *app) alertSilenceCommand() *cobra.Command {
	var db databaseFlags
	var q desk.AlertSilence
	var span time.Duration
	c := &cobra.Command{
		Use:   "silence",
		Short: "Tell nobody of some alerts for a time",
		Long: `Tells nobody of the alerts of a rule, of a subject such as a step or a limit, or of both together, for a
time. The alerts are shown all the same. If one still fires when the silence ends, it is told then. The
command prints the silence's ID, with which macrowatch alert unsilence ends it early.`,
		Example: "  macrowatch alert silence --subject fred --for 2h --reason 'the source moves'\n  macrowatch alert silence --rule limit_warning --subject 'VaR 99%' --for 24h",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case q.Rule != "" && !slices.Contains(ruleNames(), q.Rule):
				return usagef("--rule %q is not a rule%s (rules: %s)", q.Rule, suggest.Hint(q.Rule, ruleNames()), strings.Join(ruleNames(), ", "))
			case q.Rule == "" && q.Subject == "":
				return usagef("alert silence needs --rule or --subject, or nobody would hear of anything")
			case span <= 0:
				return usagef("alert silence needs --for, such as --for 2h")
			case span > longestSilence:
				return usagef("--for %s is longer than 90 days (2160h); switch the rule off instead", span)
			}
			return a.silence(c.Context(), db, q, span)
		},
	}
	db.register(c)
	c.Flags().StringVar(&q.Rule, "rule", "", "the `RULE` whose alerts are silent, such as step_late (default: every rule)")
	c.Flags().StringVar(&q.Subject, "subject", "", "the `SUBJECT` whose alerts are silent: a step, a limit (default: every subject)")
	c.Flags().DurationVar(&span, "for", 0, "for what `TIME`, such as 2h")
	c.Flags().StringVar(&q.Reason, "reason", "", "a `TEXT` that says why")
	completeValue(c, "rule", ruleNames()...)
	return c
}

func (a *app) silence(ctx context.Context, f databaseFlags, q desk.AlertSilence, span time.Duration) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	q.ID, q.StartsAt, q.MadeBy = uuid.NewString(), a.Now().UTC().Truncate(time.Microsecond), "unknown"
	q.EndsAt = q.StartsAt.Add(span)
	if who, err := user.Current(); err == nil {
		q.MadeBy = who.Username
	}
	if err := q.Validate(); err != nil {
		return err
	}
	if err := db.SilenceAdd(ctx, q); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Out, "%s\n", q.ID)
	a.tell(fmt.Sprintf("Silent until %s: %s.", q.EndsAt.In(a.rules().Location()).Format("2006-01-02 15:04"), silenceText(q)))
	return err
}

func (a *app) alertUnsilenceCommand() *cobra.Command {
	var db databaseFlags
	c := &cobra.Command{
		Use:     "unsilence ID",
		Short:   "End a silence early",
		Long:    "Ends a silence. Its ID is in macrowatch alert list. What fires is told at the next evaluation.",
		Example: "  macrowatch alert unsilence 0d0a1c5e-7b1f-4b9e-9a55-8f2f6b1f2f10",
		Args:    tokenArguments("alert unsilence", "the ID of a silence, which macrowatch alert list prints"),
		RunE: func(c *cobra.Command, args []string) error {
			open, err := a.openDatabase(c.Context(), db, nil)
			if err != nil {
				return err
			}
			defer open.Close()
			ended, err := open.SilenceEnd(c.Context(), args[0], a.Now())
			if err == nil && !ended {
				return fmt.Errorf("no silence %q holds: macrowatch alert list prints those that do", args[0])
			}
			return err
		},
	}
	db.register(c)
	return c
}
