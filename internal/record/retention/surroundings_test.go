package retention_test

import _ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
