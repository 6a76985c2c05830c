package passwords_test

import _ "macrowatch/internal/testkit/testenv" // gives the tests known surroundings
