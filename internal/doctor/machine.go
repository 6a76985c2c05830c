package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"macrowatch/internal/alert"
	"macrowatch/internal/dashboard/grafana"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
)

const (
	// Less free space on a disk than scarceBytes is a warning. Less than fewBytes is a problem.
	scarceBytes = 1 << 30
	fewBytes    = 100 << 20
	// answerLimit is how long a program on the viewer's port may take to answer which program it is.
	answerLimit = 2 * time.Second
	// oldestKept is how long a run may wait on disk before that is worth a warning.
	oldestKept = 10 * time.Minute
)

// Port looks whether serve could listen on an address, or whether macrowatch answers there already.
func Port(ctx context.Context, address string) Finding {
	l, err := net.Listen("tcp", address)
	if err == nil {
		_ = l.Close()
		return Finding{Check: "port", Text: address + " is free"}
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return Finding{"port", Problem, err.Error(), "Choose another address with --listen HOST:PORT."}
	}
	if version := answering(ctx, address); version != "" {
		return Finding{Check: "port", Text: fmt.Sprintf("macrowatch %s answers at http://%s", version, address)}
	}
	return Finding{"port", Warning, address + " is in use by another program", "Choose another address with --listen HOST:PORT."}
}

// answering returns the version of the macrowatch that answers at an address, "" if none does.
func answering(ctx context.Context, address string) string {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/api/health", nil)
	if err != nil {
		return ""
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	var health struct {
		Version string `json:"version"`
	}
	if json.NewDecoder(answer.Body).Decode(&health) != nil {
		return ""
	}
	return health.Version
}

// Disk looks at the free space on the disk on which a directory is or will be. The text `what` says what the
// directory is for.
func Disk(what, dir string) Finding {
	check := "disk of " + what
	there := dir
	for {
		if _, err := os.Stat(there); err == nil || filepath.Dir(there) == there {
			break
		}
		there = filepath.Dir(there)
	}
	var fsStat unix.Statfs_t
	if err := unix.Statfs(there, &fsStat); err != nil {
		return Finding{check, Problem, fmt.Sprintf("%s: %v", there, err), "See whether the disk is mounted."}
	}
	free := int64(fsStat.Bavail) * int64(fsStat.Bsize)
	text := fmt.Sprintf("%s free for %s", bytes(free), dir)
	switch {
	case free < fewBytes:
		return Finding{check, Problem, text, "Free some space: PostgreSQL stops when its disk is full."}
	case free < scarceBytes:
		return Finding{check, Warning, text, "Free some space."}
	}
	return Finding{Check: check, Text: text}
}

// Spool looks at the runs that exec kept on this machine.
func Spool(dirs []string, now time.Time) []Finding {
	var found []Finding
	waiting, aside := 0, 0
	oldest := now
	for _, dir := range dirs {
		kept, refused := spool.List(dir, spool.Options{})
		for _, err := range refused {
			found = append(found, Finding{"spool", Problem, err.Error(), "See who owns the folder and whether this user may read it."})
		}
		for _, k := range kept {
			switch {
			case k.State == spool.SetAside:
				aside++
			case k.State != spool.Recording:
				waiting++
				if k.Since.Before(oldest) {
					oldest = k.Since
				}
			}
		}
	}
	switch {
	case aside > 0:
		found = append(found, Finding{"spool", Problem, kept(aside) + " set aside, since it can't be delivered", "Run macrowatch spool list, which says why, then spool retry or spool drop."})
	case now.Sub(oldest) > oldestKept:
		found = append(found, Finding{"spool", Warning, fmt.Sprintf("%s on this machine, the oldest since %s", kept(waiting), oldest.UTC().Format(time.RFC3339)),
			"Run macrowatch spool list, which says why; serve delivers them every ten seconds."})
	case len(found) == 0 && waiting > 0:
		found = append(found, Finding{Check: "spool", Text: kept(waiting) + " waiting to be delivered"})
	case len(found) == 0:
		found = append(found, Finding{Check: "spool", Text: "no run is waiting"})
	}
	return found
}

// GrafanaFiles checks whether Grafana's files below a directory are the ones that this version generates for a desk. It returns
// nothing if there is no folder monitoring/grafana.
func GrafanaFiles(dir string, rules desk.Rules, alerts alert.Config) []Finding {
	if _, err := os.Stat(filepath.Join(dir, "monitoring", "grafana")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	differences, err := grafana.Diff(dir, rules, alerts)
	if err != nil {
		return []Finding{{"Grafana's files", Problem, err.Error(), "See whether this user may read them."}}
	}
	var found []Finding
	for _, d := range differences {
		found = append(found, Finding{"Grafana's files", Warning, d.String(), "Run macrowatch dashboards generate."})
	}
	if len(found) == 0 {
		found = append(found, Finding{Check: "Grafana's files", Text: "current"})
	}
	return found
}
