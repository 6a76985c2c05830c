package cli

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/record/spool"
)

// dropKept removes the kept runs that the names mean, or all runs if there are no names. Before it removes all, it asks
// the user, unless `yes` is set.
func (a *app) dropKept(f databaseFlags, names []string, yes bool) error {
	kept, unusable := a.keptRuns(f)
	chosen, err := named(kept, names)
	if err != nil {
		return errors.Join(err, unusable)
	}
	if len(names) == 0 {
		chosen = slices.DeleteFunc(kept, func(k spool.Kept) bool { return k.State == spool.Recording })
		if len(chosen) > 0 && !yes {
			if sure, err := a.confirm(fmt.Sprintf("Remove %s for good?", counted(len(chosen), "kept run", "kept runs")),
				"spool drop --all asks on a terminal, and there is none: add --yes to remove the runs without being asked"); err != nil || !sure {
				return err
			}
		}
	}
	dropped, left := 0, 0
	for _, k := range chosen {
		if err := spool.Drop(k); err != nil {
			left++
			fmt.Fprintf(a.Err, "%s of step %s is still kept: %v\n", plain(k.ID), plain(k.Run.Step), err)
			continue
		}
		dropped++
	}
	fmt.Fprintf(a.Out, "removed: %d\n", dropped)
	if left > 0 && unusable == nil {
		return exitStatusError(exitFailed)
	}
	return unusable
}

// confirm asks a question on the terminal. Without a terminal it returns the error `instead`, which says what to type.
func (a *app) confirm(question, instead string) (bool, error) {
	if !isTerminal(a.In) || !isTerminal(a.Err) {
		return false, usagef("%s", instead)
	}
	fmt.Fprintf(a.Err, "%s [y/N] ", question)
	answer, err := bufio.NewReader(a.In).ReadString('\n')
	if err != nil {
		fmt.Fprintln(a.Err)
		return false, nil
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes", nil
}
