// hold_std.cpp - the hold model on std::priority_queue, {time, id} in 16 bytes. No cancelling.
#include <cstddef>
#include <cstdint>
#include <queue>
#include <vector>

#include "hold.h"

struct Item {
    uint64_t at, id;
    bool operator<(const Item &other) const
    {
        return at != other.at ? at > other.at : id > other.id;
    }
};

static std::priority_queue<Item> *queue;
static uint64_t sequence;

void queue_open(size_t n)
{
    std::vector<Item> room;

    room.reserve(n + 16);
    queue = new std::priority_queue<Item>(std::less<Item>(), std::move(room));
}

uint64_t queue_add(uint64_t at)
{
    queue->push({at, ++sequence});
    return sequence;
}

uint64_t queue_take(void)
{
    uint64_t at = queue->top().at;

    queue->pop();
    return at;
}

int main(int argc, char **argv) { return hold_main(argc, argv, "std::priority_queue"); }
