/* Units of time. */
#pragma once

#define MS_IN_S     1000ull
#define US_IN_S     1000000ull
#define NS_IN_S     1000000000ull
#define PS_IN_S     1000000000000ull
#define FS_IN_S     1000000000000000ull
#define US_IN_MS    1000ull
#define NS_IN_MS    1000000ull
#define PS_IN_MS    1000000000ull
#define NS_IN_US    1000ull
#define PS_IN_US    1000000ull
#define PS_IN_NS    1000ull
#define FS_IN_NS    1000000ull
#define S_IN_MINUTE 60ull
