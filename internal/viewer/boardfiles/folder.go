package boardfiles

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"macrowatch/internal/viewer/sanitize"
)

// Board is a file of the folder, and the dashboard in it.
type Board struct {
	UID, Slug, Title string
	Tags             []string
	// Folder is the group of the menu in which the dashboard stands.
	Folder string
	// File is the path of the file below the folder.
	File string
	// JSON is the dashboard as the viewer reads it. It is nil if there is a fault.
	JSON []byte
	// Fault says why the file can't be shown.
	Fault string
}

// Options say what a folder's dashboards are read for.
type Options struct {
	// Taken are the uids of other dashboards, with the titles of these.
	Taken map[string]string
	// Now is the clock, by which a file is found to be still being written; nil means time.Now.
	Now func() time.Time
}

// group is the group of the menu for the files of the folder itself. Folders in it have groups whose names begin so.
const group = "Own dashboards"

// Folder is a folder of dashboards.
type Folder struct {
	dir   string
	taken map[string]string
	now   func() time.Time
	known map[string]*file  // by path
	owner map[string]string // of each uid in the last round: the path of the file
}

// file is what is known of a file from the last round.
type file struct {
	info  fs.FileInfo
	sum   [sha256.Size]byte
	board Board
	bytes int
	// wasUID is the uid that the file had when it was last in order.
	wasUID string
	// read tells whether the file has been read, or only found. If it was young then, it is read once more.
	read, young bool
}

// New returns a folder, which has not been read yet.
func New(dir string, o Options) *Folder {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Folder{dir: dir, taken: o.Taken, now: o.Now, known: map[string]*file{}}
}

// settled is how old a file must be to count as written. If a younger one has a fault, it may be only half written, so the
// dashboard of before stays.
const settled = 2 * time.Second

// Read returns the dashboards of the folder as they are now, sorted as the menu shows them. It reads only the files that have
// changed since the last call. There is always an answer: what can't be read has a fault.
func (f *Folder) Read() []Board {
	known := map[string]*file{}
	total := 0
	var all []found
	for _, at := range scanned(f.dir) {
		now := f.look(at)
		if total += now.bytes; total > mostOfAll && now.bytes > 0 {
			now.board, now.read = Board{Fault: fmt.Sprintf("The files of the folder have more than %d MiB together, and this one is left out.", mostOfAll>>20)}, false
		}
		known[at.path] = now
		all = append(all, at)
	}
	f.known = known
	boards := f.named(all)
	slices.SortStableFunc(boards, func(a, b Board) int {
		if c := strings.Compare(a.Folder, b.Folder); c != 0 {
			return c
		}
		return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	})
	return boards
}

// look returns what a file is now. It does not read the file if it has not changed.
func (f *Folder) look(at found) *file {
	before := f.known[at.path]
	if before == nil {
		before = &file{}
	}
	if at.fault != "" {
		return &file{board: Board{Fault: at.fault}, wasUID: before.wasUID}
	}
	age := f.now().Sub(at.info.ModTime()).Abs()
	if before.read && !before.young && sameFile(before.info, at.info) {
		return before
	}
	now := &file{info: at.info, wasUID: before.wasUID, read: true, young: age < settled}
	raw, fault := readFile(at.full)
	now.bytes, now.sum = len(raw), sha256.Sum256(raw)
	switch {
	case fault != "":
		now.board.Fault = fault
	case before.read && before.board.Fault == "" && before.sum == now.sum:
		now.board = before.board
	default:
		now.board = parsed(raw)
	}
	if now.board.Fault != "" && before.read && before.board.Fault == "" && now.young {
		now.board, now.sum = before.board, before.sum
	}
	if now.board.Fault == "" && now.board.UID != "" {
		now.wasUID = now.board.UID
	}
	return now
}

// sameFile reports whether a file has not been written or replaced.
func sameFile(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// readFile returns the content of a file, or why there is none. It never waits for somebody to write into a pipe.
func readFile(full string) (raw []byte, fault string) {
	file, err := os.OpenFile(full, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, "It can't be read: " + reason(err) + "."
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, "It is no file that can be read."
	}
	raw, err = io.ReadAll(io.LimitReader(file, mostBytes+1))
	switch {
	case err != nil:
		return nil, "It can't be read: " + reason(err) + "."
	case len(raw) > mostBytes:
		return nil, fmt.Sprintf("It is larger than %d MiB.", mostBytes>>20)
	}
	return bytes.TrimPrefix(raw, []byte("\ufeff")), ""
}

// named gives each file its place in the menu and a uid that no other dashboard has.
func (f *Folder) named(all []found) []Board {
	boards := make([]Board, len(all))
	for i, at := range all {
		steps := strings.Split(at.path, "/")
		for i := range steps {
			steps[i] = sanitize.Line(steps[i])
		}
		boards[i] = f.known[at.path].board
		boards[i].File = strings.Join(steps, "/")
		boards[i].Folder = strings.Join(append([]string{group}, steps[:len(steps)-1]...), " / ")
	}
	owner := f.owners(all, boards)
	for i := range boards {
		b := &boards[i]
		if b.Fault != "" || b.UID == "" {
			b.UID = f.uidOf(all[i].path, b.Fault != "", owner)
			owner[b.UID] = all[i].path
		}
		if b.Fault != "" {
			b.Title, b.Slug, b.JSON, b.Tags = titleOf(all[i].path), "file", nil, nil
		} else {
			b.Slug = slug(b.Title)
		}
	}
	f.owner = owner
	return boards
}

// owners decides which file has a uid that the files name, and returns their paths by the uids. The other files with that uid
// get a fault. A file keeps a uid that it has, so that no new file takes its page away. Otherwise the file in the fewest folders
// has it, and of several the first by its path.
func (f *Folder) owners(all []found, boards []Board) map[string]string {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	rank := func(i int) int {
		if f.owner[boards[i].UID] == all[i].path {
			return -1
		}
		return strings.Count(all[i].path, "/")
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank(a) - rank(b) })
	owner := map[string]string{}
	for _, i := range order {
		if b := &boards[i]; b.Fault == "" && b.UID != "" {
			if b.Fault = f.conflict(b.UID, owner); b.Fault == "" {
				owner[b.UID] = all[i].path
			}
		}
	}
	return owner
}

// conflict says who else has a uid, "" if nobody has.
func (f *Folder) conflict(uid string, owner map[string]string) string {
	switch title, builtIn := f.taken[uid]; {
	case builtIn:
		return fmt.Sprintf("Its uid %s is that of the dashboard %s, which is built in. Give it another uid.", uid, title)
	case owner[uid] != "":
		return fmt.Sprintf("Its uid %s is also that of the file %s. Give one of them another uid.", uid, sanitize.Line(owner[uid]))
	}
	return ""
}

// uidOf returns a uid for a file without one: the one that it had before it got a fault, else one that follows from its path.
func (f *Folder) uidOf(path string, faulty bool, owner map[string]string) string {
	uid := f.known[path].wasUID
	if !faulty || uid == "" || f.conflict(uid, owner) != "" {
		uid = fmt.Sprintf("file-%x", sha256.Sum256([]byte(path)))[:21]
	}
	for f.conflict(uid, owner) != "" {
		uid += "x"
	}
	return uid
}

// titleOf returns the name of a file without a title of its own.
func titleOf(name string) string {
	if name == "" {
		return group
	}
	return sanitize.Line(path.Base(name))
}

// slug returns the readable part of an address.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if out := strings.Join(words, "-"); out != "" {
		return out[:min(len(out), 60)]
	}
	return "dashboard"
}
