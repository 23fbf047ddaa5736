/* Text and names from macro arguments. */
#pragma once

#define XSTRINGIFY(x) #x
#define STRINGIFY(x)  XSTRINGIFY(x)

#define XCONCAT(a, b) a##b
#define JOIN(a, b)    XCONCAT(a, b)
