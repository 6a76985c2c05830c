package client

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"macrowatch/internal/record/disk"
)

// Retry sends the requests that wait on disk, and returns how many wait still. A request that the server refuses is set
// aside: its file gets the ending .bad.
func (c *Client) Retry(ctx context.Context) (waiting int, err error) {
	if c.spool == nil {
		return 0, nil
	}
	names, err := c.spool.names()
	if err != nil || len(names) == 0 {
		return 0, err
	}
	if _, err := c.deliver(ctx, time.Now().Add(c.patience), nil); err != nil {
		return len(names), err
	}
	names, err = c.spool.names()
	return len(names), err
}

// deliver sends the requests that wait, the oldest first, up to the own one, and returns what became of the own one.
// Without an own one it sends all.
func (c *Client) deliver(ctx context.Context, until time.Time, own *kept) (Answer, error) {
	lock, err := os.OpenFile(filepath.Join(c.spool.dir, ".sending"), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return Answer{Kept: true, Why: err.Error()}, nil
	}
	defer lock.Close()
	turn, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	if err := disk.WaitForLock(turn, lock, disk.Exclusive); err != nil {
		return Answer{Kept: true, Why: "another process is sending the records before it"}, nil
	}
	names, err := c.spool.names()
	if err != nil {
		return Answer{Kept: true, Why: err.Error()}, nil
	}
	why := ""
	for _, name := range names {
		mine := own != nil && name == own.name
		if own != nil && name > own.name {
			break
		}
		answer, err := c.deliverOne(ctx, until, name, own, mine)
		var later *laterError
		switch {
		case errors.As(err, &later):
			why = later.why
			if !later.alone {
				return Answer{Kept: true, Why: why}, nil
			}
		case mine:
			return answer, err
		}
	}
	return Answer{Kept: true, Why: why}, nil
}

// deliverOne sends one file and removes it. Only its own sender learns that the server refuses it.
func (c *Client) deliverOne(ctx context.Context, until time.Time, name string, own *kept, mine bool) (Answer, error) {
	one := own
	if !mine {
		if one = c.spool.open(name, c.url); one == nil {
			return Answer{}, nil
		}
		defer one.file.Close()
		if one.record.goesOn() {
			return Answer{}, nil
		}
	}
	answer, err := c.postPatiently(ctx, until, one.record)
	var later *laterError
	var refused *RefusedError
	switch {
	case errors.As(err, &later):
		return answer, err
	case errors.As(err, &refused) && !mine:
		c.spool.setAside(name)
		return answer, nil
	}
	c.spool.remove(name)
	return answer, err
}
