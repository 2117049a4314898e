import workerpool from "workerpool";

workerpool.worker({ double: (n) => n * 2 });
