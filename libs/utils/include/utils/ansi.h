/* Control sequences of terminals: colours. */
#pragma once

#define ANSI_RESET     "\033[0m"
#define ANSI_BOLD      "\033[1m"
#define ANSI_FG_RED    "\033[31m"
#define ANSI_FG_GREEN  "\033[32m"
#define ANSI_FG_YELLOW "\033[33m"
#define ANSI_FG_BLUE   "\033[34m"

#define COLOR_NORMAL ANSI_RESET
#define COLOR_RED    ANSI_FG_RED
#define COLOR_GREEN  ANSI_FG_GREEN
#define COLOR_YELLOW ANSI_FG_YELLOW
#define COLOR_BLUE   ANSI_FG_BLUE
#define COLOR_BOLD   ANSI_BOLD
