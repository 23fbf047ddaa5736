# A machine with everything in it. Build and use it from the kit's folder:
#     docker build -t caplab .
#     docker run --rm -it -v "$PWD:/work" -w /work caplab
# The frozen part is built inside, so the container also works without the kit mounted.
FROM debian:12
COPY . /caplab
WORKDIR /caplab
RUN ./init --setup
CMD ["bash"]
