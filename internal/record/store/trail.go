package store

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/jackc/pgx/v5"
)

// trailMemory is how many bytes of a trail stay in memory. A file that goes through HTTP stays below it.
const trailMemory = 4 << 20

// trail keeps the key and the line of each row that went straight into the table. Most inputs end without a need for
// it, so it stays with the program, in memory and then in a file without a name, until send copies it into a temporary
// table of the server. If no such file can be written, the table gets the rest row by row.
type trail struct {
	tx             pgx.Tx
	create, copied string // the statements that create the table and copy rows into it
	binary         bool
	memory         []byte
	file           *os.File
	inFile         int64 // how many bytes of the file are rows
	sent           bool
}

// add adds rows.
func (t *trail) add(ctx context.Context, rows copyRows) error {
	if !t.sent && len(t.memory)+len(rows.buf) <= trailMemory && t.inFile == 0 {
		t.memory = append(t.memory, rows.buf...)
		return nil
	}
	if !t.sent && t.write(rows.buf) == nil {
		return nil
	}
	if err := t.send(ctx); err != nil {
		return err
	}
	return copyInto(ctx, t.tx, t.copied, rows)
}

// write appends bytes to the file, which it creates if need be.
func (t *trail) write(rows []byte) error {
	if t.file == nil {
		file, err := os.CreateTemp("", "macrowatch-import-")
		if err != nil {
			return err
		}
		t.file = file
		if err := os.Remove(file.Name()); err != nil {
			return err
		}
	}
	// If the disk is full, a part of the rows may be written. It is not counted.
	if _, err := t.file.WriteAt(rows, t.inFile); err != nil {
		return err
	}
	t.inFile += int64(len(rows))
	return nil
}

// send creates the table and copies into it what has been added. Later rows go there at once.
func (t *trail) send(ctx context.Context) error {
	if t.sent {
		return nil
	}
	if _, err := t.tx.Exec(ctx, t.create); err != nil {
		return err
	}
	var all io.Reader = bytes.NewReader(t.memory)
	if t.inFile > 0 {
		all = io.MultiReader(all, io.NewSectionReader(t.file, 0, t.inFile))
	}
	if err := copyStream(ctx, t.tx, t.copied, t.binary, all); err != nil {
		return err
	}
	t.sent, t.memory = true, nil
	t.close()
	return nil
}

// close lets the file go.
func (t *trail) close() {
	if t.file != nil {
		_ = t.file.Close()
		t.file, t.inFile = nil, 0
	}
}
