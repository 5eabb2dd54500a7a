/* process.h - programs include it; what of it exists is in stdio.h, stdlib.h and windows.h. */
#pragma once
