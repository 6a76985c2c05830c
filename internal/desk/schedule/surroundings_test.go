package schedule_test

import (
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
