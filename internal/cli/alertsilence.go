package cli

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/silence"
	"macrowatch/internal/suggest"
)

func (a *app) alertSilenceCommand() *cobra.Command {
	var db databaseFlags
	var w silence.Wish
	c := &cobra.Command{
		Use:   "silence",
		Short: "Tell nobody of some alerts for a time",
		Long: `Tells nobody of the alerts of a rule, of a subject such as a step or a limit, or of both together, for a
time. The alerts are shown all the same. If one still fires when the silence ends, it is told then. The
command prints the silence's ID, with which macrowatch alert unsilence ends it early.`,
		Example: "  macrowatch alert silence --subject fred --for 2h --reason 'the source moves'\n  macrowatch alert silence --rule limit_warning --subject 'VaR 99%' --for 24h",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if names := alert.RuleNames(); w.Rule != "" && !slices.Contains(names, w.Rule) {
				return usagef("--rule %q is not a rule%s (rules: %s)", w.Rule, suggest.Hint(w.Rule, names), strings.Join(names, ", "))
			}
			w.By = userName()
			var fault *silence.Fault
			switch _, err := silence.Of(w, a.Now()); {
			case !errors.As(err, &fault):
			case fault.Part == silence.Subject && w.Subject == "":
				return usagef("alert silence needs --rule or --subject, or nobody would hear of anything")
			case fault.Part == silence.Until && w.For <= 0:
				return usagef("alert silence needs --for, such as --for 2h")
			default:
				return usagef("%s", fault.Problem)
			}
			return a.silence(c.Context(), db, w)
		},
	}
	db.register(c)
	a.deskFlag(c)
	c.Flags().StringVar(&w.Rule, "rule", "", "the `RULE` whose alerts are silent, such as step_late (default: every rule)")
	c.Flags().StringVar(&w.Subject, "subject", "", "the `SUBJECT` whose alerts are silent: a step, a limit; a * stands for any text, as in 'VaR*' (default: every subject)")
	c.Flags().DurationVar(&w.For, "for", 0, "for what `TIME`, such as 2h")
	c.Flags().StringVar(&w.Reason, "reason", "", "a `TEXT` that says why")
	completeValue(c, "rule", alert.RuleNames()...)
	return c
}

// userName is the name of the user who runs the command.
func userName() string {
	if who, err := user.Current(); err == nil {
		return who.Username
	}
	return "unknown"
}

func (a *app) silence(ctx context.Context, f databaseFlags, w silence.Wish) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	q, err := silence.Add(ctx, db, w, a.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Out, "%s\n", q.ID)
	a.tell(fmt.Sprintf("Silent until %s: %s.", q.EndsAt.In(a.rules().Location()).Format("2006-01-02 15:04"), silence.Text(q)))
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
			ended, err := silence.End(c.Context(), open, args[0], userName(), a.Now())
			if err == nil && !ended {
				return fmt.Errorf("no silence %q holds: macrowatch alert list prints those that do", args[0])
			}
			return err
		},
	}
	db.register(c)
	return c
}
