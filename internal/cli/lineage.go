package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/redact"
)

// lineageRulesFlag is the flag --lineage-rules, which says which steps the jobs of OpenLineage's events are.
type lineageRulesFlag struct{ path string }

func (f *lineageRulesFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "lineage-rules", "", "YAML `FILE` with rules that say which steps the jobs of OpenLineage's events are")
}

// read reads the rules. Without the flag there are none.
func (f lineageRulesFlag) read() (lineage.Rules, error) {
	if f.path == "" {
		return lineage.Rules{}, nil
	}
	text, err := readFile(f.path)
	if err != nil {
		return lineage.Rules{}, err
	}
	return lineage.ReadRules(f.path, text)
}

func (a *app) lineageCommand() *cobra.Command {
	return group("lineage", "Look at events of OpenLineage",
		"  macrowatch lineage check --lineage-rules rules.yaml events.jsonl", a.lineageCheckCommand())
}

func (a *app) lineageCheckCommand() *cobra.Command {
	var rules lineageRulesFlag
	var asJSON bool
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Print the runs that events of OpenLineage would become",
		Long: `Reads events of OpenLineage from a file, and prints the runs that they would become if a program sent
them to POST /api/v1/lineage (docs/lineage.md). It writes nothing and needs no database. So it tries
out the rules of --lineage-rules.

The file has an event on each line, as OpenLineage's file transport writes them, or one array of
events. FILE may be - for standard input. If an event is wrong, the error lists each fault with its
event, field and value.`,
		Example: `  macrowatch lineage check events.jsonl
  macrowatch lineage check --lineage-rules rules.yaml events.jsonl`,
		Args: tokenArguments("lineage check", "a file, such as: macrowatch lineage check events.jsonl; - is standard input"),
		RunE: func(_ *cobra.Command, args []string) error { return a.checkLineage(rules, args[0], asJSON) },
	}
	rules.register(c)
	jsonFlag(c, &asJSON)
	return c
}

// checkLineage prints what the events of a file would become.
func (a *app) checkLineage(rulesFile lineageRulesFlag, path string, asJSON bool) error {
	rules, err := rulesFile.read()
	if err != nil {
		return err
	}
	in, name := a.In, "standard input"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return readError(path, err)
		}
		defer file.Close()
		in, name = file, path
	}
	preview, err := previewOf(name, in, rules)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(a.Out, lineageJSONOf(preview))
	}
	return a.printLineage(preview)
}

// previewOf reads events. Its error lists those that are wrong.
func previewOf(name string, in io.Reader, rules lineage.Rules) (*lineage.Preview, error) {
	preview := lineage.NewPreview(rules, redact.Secrets)
	bad := &desk.BadRowsError{}
	err := lineage.Read(in, 0, func(place int64, e lineage.Event, faults []lineage.Fault) {
		for _, f := range faults {
			bad.Add(desk.BadRow{Line: place + 1, Unit: "event", Column: f.Field, Value: f.Value, Problem: f.Problem})
		}
		if len(faults) == 0 {
			preview.Add(e)
		}
	})
	if err != nil {
		return nil, readError(name, err)
	}
	return preview, wrongEvents(name, bad)
}

// wrongEvents returns an error that lists faults, or nil if there are none.
func wrongEvents(name string, bad *desk.BadRowsError) error {
	if len(bad.Rows) == 0 {
		return nil
	}
	list := make([]string, 0, len(bad.Rows))
	for _, row := range bad.Rows {
		list = append(list, "\n  "+row.String())
	}
	if bad.More > 0 {
		list = append(list, fmt.Sprintf("\n  and %d more", bad.More))
	}
	return fmt.Errorf("%s has %s:%s", name, counted(int64(len(bad.Rows))+bad.More, "fault", "faults"), strings.Join(list, ""))
}

func (a *app) printLineage(p *lineage.Preview) error {
	runs := p.Runs()
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	if len(runs) > 0 {
		fmt.Fprintln(w, "STEP\tSTATUS\tSTARTED\tSECONDS\tNAMESPACE\tJOB\tNAMED BY")
	}
	for _, run := range runs {
		seconds, by := "", "default"
		if run.Status.Terminal() {
			seconds = fmt.Sprintf("%.3f", run.DurationSeconds)
		}
		if run.ByRule {
			by = "rule"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", run.Step, run.Status, run.StartedAt.Format(time.RFC3339Nano), seconds, run.Job.Namespace, run.Job.Name, by)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.Out, "%s: %s, %d ignored by a rule, %d about a job or a dataset\n",
		counted(p.Events, "event", "events"), counted(int64(len(runs)), "run", "runs"), p.Ignored, p.WithoutRun)
	return err
}

// lineageJSON is the output of lineage check --json.
type lineageJSON struct {
	Events     int64            `json:"events"`
	Ignored    int64            `json:"ignored"`
	WithoutRun int64            `json:"without_run"`
	Runs       []lineageRunJSON `json:"runs"`
}

// lineageRunJSON is a run that events would become.
type lineageRunJSON struct {
	ID         string     `json:"run_id"`
	Step       string     `json:"step_name"`
	Status     string     `json:"status"`
	StartedAt  time.Time  `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"`
	Duration   *float64   `json:"duration_seconds"`
	Error      string     `json:"error_message"`
	Namespace  string     `json:"namespace"`
	Job        string     `json:"job"`
	ByRule     bool       `json:"by_rule"`
}

func lineageJSONOf(p *lineage.Preview) lineageJSON {
	out := lineageJSON{Events: p.Events, Ignored: p.Ignored, WithoutRun: p.WithoutRun, Runs: []lineageRunJSON{}}
	for _, run := range p.Runs() {
		one := lineageRunJSON{ID: run.ID, Step: run.Step, Status: string(run.Status), StartedAt: run.StartedAt, Error: run.ErrorMessage,
			Namespace: run.Job.Namespace, Job: run.Job.Name, ByRule: run.ByRule}
		if run.Status.Terminal() {
			one.FinishedAt, one.Duration = &run.FinishedAt, &run.DurationSeconds
		}
		out.Runs = append(out.Runs, one)
	}
	return out
}
