package headline_test

import _ "macrowatch/internal/testkit/testenv" // gives the tests the same surroundings everywhere
