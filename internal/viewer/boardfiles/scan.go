package boardfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
)

// found is a file that may have a dashboard.
type found struct {
	path  string // below the folder, with slashes
	full  string
	info  fs.FileInfo
	fault string // why it can't be read; "" if it can
}

// scan is one look through a folder and the folders in it.
type scan struct {
	all     []found
	entries int
	full    bool // whether a limit has been reached
}

// scanned returns every file below dir whose name ends with .json, in the order of their paths. It follows links. Names that
// begin with a dot are left out: they belong to editors and to Kubernetes, which keeps the files of a config map in such a folder.
func scanned(dir string) []found {
	var s scan
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		s.fault("", "The folder can't be read: "+reason(err)+".")
	case !info.IsDir():
		s.fault("", "It is a file, not a folder.")
	default:
		s.folder(dir, "", []fs.FileInfo{info})
	}
	sort.Slice(s.all, func(i, j int) bool { return s.all[i].path < s.all[j].path })
	return s.all
}

func (s *scan) fault(path, sentence string) {
	s.all = append(s.all, found{path: path, fault: sentence})
}

// folder looks through a folder. above are the folder itself and those that it is in.
func (s *scan) folder(full, path string, above []fs.FileInfo) {
	entries, err := os.ReadDir(full)
	if err != nil {
		s.fault(path, "The folder can't be read: "+reason(err)+".")
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || s.full {
			continue
		}
		if s.entries++; s.entries > mostEntries || len(s.all) >= mostFiles {
			s.full = true
			s.fault("", fmt.Sprintf("The folder has more than %d dashboards or %d files. The others are left out.", mostFiles, mostEntries))
			return
		}
		s.entry(filepath.Join(full, e.Name()), join(path, e.Name()), e, above)
	}
}

func (s *scan) entry(full, path string, e fs.DirEntry, above []fs.FileInfo) {
	isJSON := strings.EqualFold(filepath.Ext(path), ".json")
	if e.Type().IsRegular() && !isJSON {
		return
	}
	info, err := os.Stat(full)
	switch {
	case err != nil:
		if isJSON && !(e.Type()&fs.ModeSymlink == 0 && errors.Is(err, fs.ErrNotExist)) { // else it has just been removed
			s.fault(path, "It can't be read: "+reason(err)+".")
		}
	case info.IsDir():
		for _, a := range above {
			if os.SameFile(a, info) {
				s.fault(path, "It is a link to a folder that it is in itself.")
				return
			}
		}
		if len(above) > mostFolders {
			s.fault(path, fmt.Sprintf("It lies more than %d folders deep.", mostFolders))
			return
		}
		s.folder(full, path, append(above[:len(above):len(above)], info))
	case !isJSON:
	case !info.Mode().IsRegular():
		s.fault(path, "It is no file that can be read, but a pipe, a socket or a device.")
	default:
		s.all = append(s.all, found{path: path, full: full, info: info})
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

// reason says in a few words why a file can't be read. It names no path.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "macrowatch has no permission"
	case errors.Is(err, syscall.ELOOP):
		return "its link leads in a circle"
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist, or its link leads to nothing"
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return "the disk does not give it"
}
