package server

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
)

// pageSettings is what the page needs before its first call to the API.
type pageSettings struct {
	Version  string `json:"version"`
	BasePath string `json:"basePath"`
	Home     string `json:"home"`
	// Dashboards is the version of the dashboards that the page learns of next.
	Dashboards string `json:"dashboards"`
	// Record is the version of the record. A page that hears of a later one loads its panels again, also if it was written
	// while the page loaded them for the first time.
	Record string `json:"record"`
	// Preparing says what is still to be done before there are panels; nil if nothing is.
	Preparing  *Preparing `json:"preparing"`
	Theme      string     `json:"theme"`
	AsOf       *int64     `json:"asOf"`
	SampleData bool       `json:"sampleData"`
	// OwnSteps are the steps with runs that are not sample data.
	OwnSteps []string `json:"ownSteps"`
	Now      int64    `json:"now"`
	Zone     string   `json:"zone"`
	Door     Door     `json:"door"`
	// User is who is signed in; nil if there is no login.
	User *pageUser `json:"user"`
}

// pageUser is what the page shows of the person who is signed in.
type pageUser struct {
	Name string `json:"name"`
	Role string `json:"role"`
	// SignsOut says whether the person can sign out here, rather than at a proxy.
	SignsOut bool `json:"signsOut"`
}

func (s *Server) homePage(w http.ResponseWriter, r *http.Request) {
	s.writePage(w, r, http.StatusOK, s.cfg.Home)
}

// dashboardPage answers with the page. If the dashboard does not exist, the page tells that to the reader, and the status
// 404 tells it to programs.
func (s *Server) dashboardPage(w http.ResponseWriter, r *http.Request) {
	status, uid := http.StatusOK, r.PathValue("uid")
	if _, ok := s.catalog.Load().byUID[uid]; !ok {
		status = http.StatusNotFound
	}
	s.writePage(w, r, status, uid)
}

func (s *Server) unknownPage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeError(w, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not allowed here", r.Method))
		return
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		writeError(w, http.StatusNotFound, fmt.Sprintf("there is no page %s", r.URL.Path))
		return
	}
	s.writePage(w, r, http.StatusNotFound, "")
}

// writePage answers with index.html, with the base address, the settings and the opening filled in. The uid is that of the dashboard
// at the address, "" if it names none.
func (s *Server) writePage(w http.ResponseWriter, r *http.Request, status int, uid string) {
	theme := r.URL.Query().Get("theme")
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	sampleData, ownSteps := s.sampleData(r.Context())
	settings := pageSettings{
		Version: s.cfg.Version, BasePath: s.cfg.BasePath, Home: s.cfg.Home, Dashboards: s.catalog.Load().version, Theme: theme,
		Record: s.recordVersion(), Preparing: s.preparing(),
		SampleData: sampleData, OwnSteps: ownSteps, Now: s.now().UnixMilli(), Zone: s.cfg.Zone, Door: s.cfg.Door,
	}
	if who := identityOf(r.Context()); s.entrance != nil {
		settings.User = &pageUser{who.User, string(who.Role), s.entrance.Sessions != nil}
	}
	if !s.cfg.AsOf.IsZero() {
		ms := s.cfg.AsOf.UnixMilli()
		settings.AsOf = &ms
	}
	encoded, err := json.Marshal(settings)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "the page could not be made")
		return
	}
	// All are filled in at once, because what is filled in may have any text in it.
	fill := strings.NewReplacer("__BASE_HREF__", html.EscapeString(s.cfg.BasePath+"/"), "__SETTINGS__", html.EscapeString(string(encoded)),
		"__OPENING__", string(s.opening(r.Context(), uid)))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fill.WriteString(w, string(s.index))
}

// sampleDataTimeout bounds how long a page waits for the database. The page must be sent even while the database is away.
const sampleDataTimeout = time.Second

// sampleData reports whether there is sample data, and which steps have runs that are not sample data.
func (s *Server) sampleData(ctx context.Context) (is bool, ownSteps []string) {
	if s.cfg.SampleData == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, sampleDataTimeout)
	defer cancel()
	if is = s.cfg.SampleData(ctx); is && s.cfg.OwnSteps != nil {
		ownSteps = s.cfg.OwnSteps(ctx)
	}
	return is, ownSteps
}

// asset answers with a built file. Its name contains a hash of its content, so browsers may keep it for ever.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	info, err := fs.Stat(s.cfg.Page, name)
	if err != nil || info.IsDir() {
		writeError(w, http.StatusNotFound, fmt.Sprintf("there is no file %s", r.URL.Path))
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if isText(name) && r.Header.Get("Range") == "" && s.sendAsset(w, r, name) == nil {
		return
	}
	http.ServeFileFS(w, r, s.cfg.Page, name)
}

// isText reports whether a built file becomes smaller when it is compressed.
func isText(name string) bool {
	return slices.Contains([]string{".js", ".css", ".svg", ".txt"}, path.Ext(name))
}

// sendAsset sends a built file, which is compressed once for all readers. If it returns an error, it has sent nothing.
func (s *Server) sendAsset(w http.ResponseWriter, r *http.Request, name string) error {
	kept, found := s.assets.Load(name)
	if !found {
		text, err := fs.ReadFile(s.cfg.Page, name)
		if err != nil {
			return err
		}
		kept, _ = s.assets.LoadOrStore(name, newLine(text, &deflater{level: flate.BestCompression}))
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	out := newLineWriter(w, r)
	out.announce(kept.(*line))
	if out.write(kept.(*line)) == nil {
		_ = out.end()
	}
	return nil
}
