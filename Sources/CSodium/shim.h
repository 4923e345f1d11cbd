// The one place that names libsodium's headers, so that a binary target can take its place.
#pragma once
#include <sodium.h>
