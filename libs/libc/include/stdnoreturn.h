/* Functions that do not return. */
#pragma once

#define noreturn _Noreturn
