/* SPDX-License-Identifier: MIT */
#include "test.h"
START_TEST(test_x)
{}
END_TEST
TEST_MAIN("x", test_x);
