package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/background"
	"macrowatch/internal/record/store"
	"macrowatch/internal/viewer/boardfiles"
	"macrowatch/internal/viewer/server"
)

// dashboardsFlag is the flag --dashboards, which names a folder of the desk's own dashboards.
type dashboardsFlag struct{ dir string }

func (f *dashboardsFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.dir, "dashboards", "", "also show the dashboards in this `DIR`: files with Grafana's JSON, in folders if you like. Their queries are sent by a login that only reads")
}

// check refuses a name that is no folder.
func (f *dashboardsFlag) check() error {
	if f.dir == "" {
		return nil
	}
	return checkFolder("--dashboards "+f.dir, f.dir)
}

// checkFolder refuses a directory that can't be read. name is how the error calls it.
func checkFolder(name, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case os.IsNotExist(err):
		return usagef("%s does not exist: name a folder with dashboards", name)
	case err != nil:
		return usagef("%s can't be read: %v", name, err)
	case !info.IsDir():
		return usagef("%s is a file: name the folder that it is in", name)
	}
	return nil
}

// requireOwnReader refuses to run the queries of dashboards that macrowatch is not built with, if their login could do more than
// read. what is what needs that login.
func (a *app) requireOwnReader(ctx context.Context, db *database, what string) error {
	return a.requireReader(ctx, db.viewerStore(), db.Store, what)
}

// requireReader is requireOwnReader for the connections of a reader, and those that write.
func (a *app) requireReader(ctx context.Context, reader, writer *store.Store, what string) error {
	err := reader.RequireReader(ctx, writer)
	if err == nil {
		err = reader.RequireNoSecrets(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s needs a login that only reads; serve and dashboards check take one with --reader-url, and the private PostgreSQL has one (docs/own-dashboards.md): %w", what, err)
	}
	return nil
}

// boardsInterval is how often the folder of --dashboards is looked at.
const boardsInterval = time.Second

// ownBoards are the dashboards that the viewer shows: those built in, and those of --dashboards.
type ownBoards struct {
	builtIn []server.Dashboard
	folder  *boardfiles.Folder // nil without --dashboards
}

func newOwnBoards(dir string, builtIn []server.Dashboard, now func() time.Time) *ownBoards {
	b := &ownBoards{builtIn: builtIn}
	if dir != "" {
		b.folder = boardfiles.New(dir, boardfiles.Options{Taken: titlesOf(builtIn), Now: now})
	}
	return b
}

// titlesOf returns the titles of dashboards by their uids.
func titlesOf(dashboards []server.Dashboard) map[string]string {
	titles := make(map[string]string, len(dashboards))
	for _, d := range dashboards {
		titles[d.UID] = d.Title
	}
	return titles
}

// read returns all dashboards as they are now.
func (b *ownBoards) read() []server.Dashboard {
	all := b.builtIn[:len(b.builtIn):len(b.builtIn)]
	if b.folder == nil {
		return all
	}
	for _, d := range b.folder.Read() {
		all = append(all, server.Dashboard{UID: d.UID, Slug: d.Slug, Title: d.Title, Tags: d.Tags, JSON: d.JSON, Folder: d.Folder, File: d.File, Fault: d.Fault})
	}
	return all
}

// follow shows each change of the folder until ctx ends.
func (b *ownBoards) follow(ctx context.Context, a *app, s *server.Server) {
	if b.folder == nil {
		return
	}
	task := background.Task{Name: "dashboards", Fault: "Changes of the folder of dashboards are not shown"}
	a.background.Every(ctx, task, boardsInterval, boardsInterval, func(context.Context) error { return s.Show(b.read()) })
}
