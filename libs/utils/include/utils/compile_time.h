/* Conditions that must hold for the program to compile. */
#pragma once

/** Refuses to compile unless the constant expression holds; works outside of functions. */
#define compile_time_assert(name, expression)                                                      \
    _Static_assert(expression, "compile time assertion " #name " failed")
