/* dontuse.h - words that new drivers should not use: none are refused here. */
#pragma once
