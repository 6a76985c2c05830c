package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
	"time"

	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/pgtest"
)

// starts are what several starts of a program took, by the unit under which a benchmark reports it.
type starts map[string][]float64

func (s starts) add(unit string, value float64) { s[unit] = append(s[unit], value) }

func (s starts) addTime(unit string, since time.Time) {
	s.add(unit, float64(time.Since(since))/float64(time.Millisecond))
}

// report reports the medians, and the target beside each that has one: the most that it should be.
func (s starts) report(b *testing.B, targets map[string]float64) {
	b.ReportMetric(0, "ns/op")
	for unit, values := range s {
		if most, has := targets[unit]; has {
			benchtarget.AtMost(b, median(values), unit, most)
		} else {
			b.ReportMetric(median(values), unit)
		}
	}
}

// memory is a line of a process's status in MiB: VmHWM is the most that was resident, and VmRSS is what is resident now.
func memory(b *testing.B, process int, line string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		b.Skipf("the memory of a process can't be read here: %v", err)
	}
	found := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		b.Fatalf("no %s in %s", line, text)
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kilobytes) / 1024
}

// startMeasured starts demo or serve, and adds when its page is up, when it is ready, and what memory it takes.
func (s starts) startMeasured(b *testing.B, c *exec.Cmd) *service {
	b.Helper()
	c.Env = ownEnv(b)
	began := time.Now()
	running, err := launchOnly(c)
	if err != nil {
		b.Fatal(err)
	}
	until := func(path string) {
		for {
			answer, err := http.Get(running.url + path)
			if err == nil {
				_ = answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					return
				}
			}
			if time.Since(began) > 2*patience {
				b.Fatalf("%s does not answer: %v; %s", path, err, running.log)
			}
			time.Sleep(time.Millisecond)
		}
	}
	until("/")
	s.addTime("page-ms", began)
	until("/readyz")
	s.addTime("ready-ms", began)
	time.Sleep(2 * time.Second) // what a server does right after its start counts too
	s.add("peak-MiB", memory(b, running.cmd.Process.Pid, "VmHWM"))
	s.add("resident-MiB", memory(b, running.cmd.Process.Pid, "VmRSS"))
	return running
}

// end ends a program, and adds the processor time that it and the processes that it has started have taken.
func (s starts) end(b *testing.B, running *service) {
	b.Helper()
	if err := running.end(); err != nil {
		b.Fatal(err)
	}
	state := running.cmd.ProcessState
	s.add("cpu-ms", float64(state.UserTime()+state.SystemTime())/float64(time.Millisecond))
}

// BenchmarkStart starts the program as people do. page-ms is when the page is up, and ready-ms when the dashboards are
// complete, both from the start of the process. peak-MiB and resident-MiB are its memory up to two seconds later, and cpu-ms is
// the processor time of the program and of the PostgreSQL that it has started.
func BenchmarkStart(b *testing.B) {
	whole := b // the directory of a first start outlives its part
	demo := func(dir string) *exec.Cmd {
		return exec.Command(program(b), "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
	}
	dir := "" // of the last first start
	b.Run("demo=first", func(b *testing.B) {
		all := starts{}
		for b.Loop() {
			dir = dataDir(whole)
			all.end(b, all.startMeasured(b, demo(dir)))
		}
		all.report(b, map[string]float64{"page-ms": 3_000, "ready-ms": 8_000, "peak-MiB": 96})
	})
	b.Run("demo=next", func(b *testing.B) {
		all := starts{}
		for b.Loop() {
			all.end(b, all.startMeasured(b, demo(dir)))
		}
		all.report(b, map[string]float64{"ready-ms": 1_000})
	})
	b.Run("serve", func(b *testing.B) {
		address := pgtest.MigratedURL(b)
		written := startCommand(b, exec.Command(program(b), "demo", "--open=false", "--listen", "127.0.0.1:0", "--database-url", address))
		written.stop(b)
		all := starts{}
		for b.Loop() {
			all.end(b, all.startMeasured(b, exec.Command(program(b), "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", address)))
		}
		all.report(b, map[string]float64{"ready-ms": 100, "resident-MiB": 40})
	})
}
