//go:build linux || darwin

package privatepg

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"macrowatch/internal/testkit/testport"
)

// noneInstalled changes a configuration so that it finds no server programs on this machine.
func noneInstalled(cfg Config, url string) Config {
	cfg.find = func() []string { return nil }
	cfg.DownloadURL = url
	return cfg
}

func TestProgramsAreFetchedOnceWhereNoneAreInstalled(t *testing.T) {
	t.Parallel()
	as, err := serverAccount(layout{dir: newDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := usable(t.Context(), installedDirs(), as)
	if len(found) == 0 {
		t.Skip("no server programs are installed to put into an archive")
	}
	jar := jarOf(t, map[string]string{
		"bin/postgres": found[0].postgres(),
		"bin/initdb":   found[0].initdb(),
		"bin/pg_ctl":   filepath.Join(found[0].Dir, "pg_ctl"),
	})
	var jars atomic.Int64
	repository := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.URL.Path, "/maven/io/zonky/test/postgres/embedded-postgres-binaries-") ||
			!strings.Contains(r.URL.Path, string(fetchedVersion)):
			http.NotFound(w, r)
		case strings.HasSuffix(r.URL.Path, ".jar.sha256"):
			sum := sha256.Sum256(jar)
			_, _ = w.Write([]byte(hex.EncodeToString(sum[:])))
		case strings.HasSuffix(r.URL.Path, ".jar"):
			jars.Add(1)
			_, _ = w.Write(jar)
		default:
			http.NotFound(w, r)
		}
	}))
	defer repository.Close()
	dir := newDir(t)
	var steps []string
	cfg := noneInstalled(testConfig(dir), repository.URL+"/maven")
	cfg.Progress = func(step string) { steps = append(steps, step) }
	for range 2 {
		s := open(t, cfg)
		query(t, s.OwnerURL(), "select 'up'")
		if !strings.Contains(commandLine(serverPID(dir)), fetchedDir(filepath.Join(dir, "binaries"))) {
			t.Errorf("the server is %s", commandLine(serverPID(dir)))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if jars.Load() != 1 {
		t.Errorf("fetched %d times", jars.Load())
	}
	if said := strings.Join(steps, "\n"); strings.Count(said, "fetching PostgreSQL") != 1 {
		t.Errorf("progress: %q", said)
	}
	left, err := filepath.Glob(filepath.Join(dir, "binaries", "[^.]*"))
	if err != nil || len(left) != 1 {
		t.Errorf("binaries holds %v, %v", left, err)
	}
}

func TestProgramsThatCannotBeHadSayWhatToInstall(t *testing.T) {
	t.Parallel()
	missing := httptest.NewServer(http.NotFoundHandler())
	defer missing.Close()
	refused(t, noneInstalled(testConfig(newDir(t)), missing.URL), "apt-get install postgresql", string(fetchedVersion))

	away := fmt.Sprintf("http://127.0.0.1:%d", testport.Free(t))
	refused(t, noneInstalled(testConfig(newDir(t)), away), "apt-get install postgresql", away)

	garbage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("<html>log in to the network first</html>"))
	}))
	defer garbage.Close()
	refused(t, noneInstalled(testConfig(newDir(t)), garbage.URL), "apt-get install postgresql", "zip")

	jar := jarOf(t, map[string]string{"bin/pg_ctl": "/bin/true"})
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(jar)
	}))
	defer empty.Close()
	refused(t, noneInstalled(testConfig(newDir(t)), empty.URL), "apt-get install postgresql", "holds no postgres")
}

// jarOf makes an archive like those of the Maven repository: a jar that holds a tar that is compressed by xz. The
// programs in it are links to installed ones.
func jarOf(t *testing.T, links map[string]string) []byte {
	t.Helper()
	var tarred bytes.Buffer
	tw := tar.NewWriter(&tarred)
	for name, target := range links {
		err := tw.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o755})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	zw := zip.NewWriter(&jar)
	w, err := zw.Create("postgres-test.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(xzStored(tarred.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return jar.Bytes()
}

// xzStored writes up to 64 KiB as an .xz file, without compressing them. By the format's specification
// (tukaani.org/xz/xz-file-format.txt), the file is one stream with one block with one LZMA2 chunk.
func xzStored(data []byte) []byte {
	crc := func(b []byte) []byte { return binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)) }
	pad := func(b []byte) []byte {
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
		return b
	}
	flags := []byte{0, 1} // the check is a CRC32
	out := append([]byte{0xFD, '7', 'z', 'X', 'Z', 0}, flags...)
	out = append(out, crc(flags)...)

	// Header size (2+1)*4 bytes, one filter: LZMA2 with one property byte, dictionary 8 MiB.
	header := pad([]byte{2, 0, 0x21, 1, 0x16})
	header = append(header, crc(header)...)
	chunk := []byte{1} // not compressed, dictionary reset
	chunk = binary.BigEndian.AppendUint16(chunk, uint16(len(data)-1))
	chunk = append(append(chunk, data...), 0)
	unpadded := len(header) + len(chunk) + 4
	out = append(out, header...)
	out = append(append(out, pad(chunk)...), crc(data)...)

	index := []byte{0, 1}
	index = binary.AppendUvarint(index, uint64(unpadded))
	index = binary.AppendUvarint(index, uint64(len(data)))
	index = pad(index)
	index = append(index, crc(index)...)
	out = append(out, index...)

	footer := binary.LittleEndian.AppendUint32(nil, uint32(len(index)/4-1))
	footer = append(footer, flags...)
	out = append(append(out, crc(footer)...), footer...)
	return append(out, 'Y', 'Z')
}
