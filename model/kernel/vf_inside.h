/* vf_inside.h - the functions that verified drivers are bound to: those of verifier.def. */
#pragma once
#include "model/kernel/include/ntifs.h"

#define VERIFY(door) extern __typeof__(door) Vf##door;
#include "model/kernel/verifier.def"
#undef VERIFY
