/* Configuration symbols inside expressions: config_set(CONFIG_X) is 1 if CONFIG_X is defined as 1,
 * and 0 if it is not defined at all. */
#pragma once

#define _macrotest_1                           ,
#define _config_second(ignored, value, ...)    value
#define _config_is_set(arg_or_junk)            _config_second(arg_or_junk 1, 0)
#define _config_is_set2(value)                 _config_is_set(_macrotest_##value)
#define config_set(symbol)                     _config_is_set2(symbol)
#define config_ternary(symbol, if_set, if_not) (config_set(symbol) ? (if_set) : (if_not))
