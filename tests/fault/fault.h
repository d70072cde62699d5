/* fault.h: what the runner and the library that it preloads share. */
struct fault {
    unsigned long count; /* allocations so far */
    unsigned long first; /* the one that fails; 0: none */
    int after;           /* all later ones fail too */
    int stop;            /* trap there instead */
};
