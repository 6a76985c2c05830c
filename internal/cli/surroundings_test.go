package cli

import _ "macrowatch/internal/testkit/testenv" // gives every test process the same surroundings
