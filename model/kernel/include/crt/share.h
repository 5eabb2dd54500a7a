/* share.h - programs include it; files are opened by CreateFile. */
#pragma once
