package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"

	"golang.org/x/sys/unix"
)

// freeProgram takes the pages of the program's own file out of the memory of this process. A start uses most of them, and serving
// uses few of them again: those come back by themselves, usually from the system's cache of files.
func freeProgram() error {
	mappings, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return err
	}
	for _, pages := range programPages(mappings, reflect.ValueOf(freeProgram).Pointer()) {
		if _, _, failure := unix.Syscall(unix.SYS_MADVISE, pages.from, pages.to-pages.from, unix.MADV_DONTNEED); failure != 0 {
			return failure
		}
	}
	return nil
}

// addresses are a part of a process's memory.
type addresses struct{ from, to uintptr }

// programPages returns which parts of the memory are unchanged copies of the program's file, from the text of /proc/self/smaps. code
// is the address of any function of the program. A part that is writable, or that was ever written to, holds what the file does not;
// what was written may have been swapped out since.
func programPages(smaps []byte, code uintptr) []addresses {
	var program string // device and inode of the program's file
	unchanged := map[string][]addresses{}
	var file string
	for lines := bufio.NewScanner(bytes.NewReader(smaps)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) >= 5 && !strings.HasSuffix(fields[0], ":") { // a mapping begins
			var at addresses
			file = fields[3] + " " + fields[4]
			if _, err := fmt.Sscanf(fields[0], "%x-%x", &at.from, &at.to); err != nil {
				return nil
			}
			if at.from <= code && code < at.to {
				program = file
			}
			if strings.Contains(fields[1], "w") {
				file = "" // its other lines are of no interest
				continue
			}
			unchanged[file] = append(unchanged[file], at)
			continue
		}
		if file != "" && len(fields) >= 2 && (fields[0] == "Anonymous:" || fields[0] == "Swap:") && fields[1] != "0" {
			unchanged[file] = unchanged[file][:len(unchanged[file])-1]
			file = ""
		}
	}
	if program == "" {
		return nil
	}
	return unchanged[program]
}
